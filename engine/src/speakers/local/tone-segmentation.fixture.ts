import { constant, floatValue, GRAPH, join, MODEL, node } from '../../onnx/graph-messages.ts';
import { messageField, numberField, textField, type Pieces } from '../../onnx/wire-format.ts';
import { SAMPLE_RATE } from '../../audio/pcm-file.ts';

const SEEN_SAMPLES = 991;
const HOP_SAMPLES = 270;
const CLASSES = 7;
const OPERATOR_SET = 16;
const FORMAT = 8;

/** A tone for each combination of voices, nobody's being silence: 500, 1000 … 3000 Hz. */
const frequencyOf = (voiceClass: number): number => 500 * voiceClass;

/** The sound in which the model below hears the voices of a class, the number of seconds long. */
export function toneOf(voiceClass: number, seconds: number): Float32Array {
  const radians = (2 * Math.PI * frequencyOf(voiceClass)) / SAMPLE_RATE;
  return Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) => 0.1 * Math.sin(radians * i));
}

/**
 * A model of the form of pyannote segmentation 3.0 that hears tones for voices: how strong each is, over the samples and
 * at the places of the original.
 *
 * @param bias added to the scores of the classes
 */
export function toneSegmentationModel(bias: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const waves = Array.from({ length: CLASSES }, (_, each) => [wave(each, 0), wave(each, Math.PI / 2)]).flat(
    2,
  );
  const pairs = Array.from({ length: CLASSES * 2 * CLASSES }, (_, i) =>
    Math.floor((i % (2 * CLASSES)) / 2) === Math.floor(i / (2 * CLASSES)) ? 1 : 0,
  );
  const graph = [
    ...textField(GRAPH.name, 'tones for voices'),
    ...node('Conv', ['x', 'waves'], ['likeness'], { strides: [HOP_SAMPLES] }),
    ...node('Mul', ['likeness', 'likeness'], ['power']),
    ...node('Conv', ['power', 'pairs', 'bias'], ['strength']),
    ...node('Transpose', ['strength'], ['y'], { perm: [0, 2, 1] }),
    ...constant('waves', [2 * CLASSES, 1, SEEN_SAMPLES], bytesOf(waves)),
    ...constant('pairs', [CLASSES, 2 * CLASSES, 1], bytesOf(pairs)),
    ...constant('bias', [CLASSES], bytesOf(Array.from({ length: CLASSES }, (_, each) => bias[each] ?? 0))),
    ...floatValue(GRAPH.input, 'x', [1, 1, 'samples']),
    ...floatValue(GRAPH.output, 'y', [1, 'answers', CLASSES]),
  ];
  return join(modelOf(graph));
}

const modelOf = (graph: Pieces): Pieces => [
  ...numberField(MODEL.formatVersion, FORMAT),
  ...messageField(MODEL.graph, graph),
  ...messageField(MODEL.operatorSet, [...textField(1, ''), ...numberField(2, OPERATOR_SET)]),
];

/** Silence is like none of them. */
function wave(voiceClass: number, phase: number): number[] {
  const radians = (2 * Math.PI * frequencyOf(voiceClass)) / SAMPLE_RATE;
  return Array.from({ length: SEEN_SAMPLES }, (_, i) =>
    voiceClass === 0 ? 0 : Math.sin(radians * i + phase) / SEEN_SAMPLES,
  );
}

const bytesOf = (numbers: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(numbers).buffer);
