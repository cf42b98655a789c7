/** Languages of models that know many, as ISO 639 codes, of two letters where there is one. */

/** github.com/openai/whisper, tokenizer.py; Javanese by its ISO code `jv`, which the model calls `jw`. */
export const WHISPER_LANGUAGES: readonly string[] = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml ' +
  'cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am ' +
  'yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jv su'
).split(' ');

/** huggingface.co/nvidia/parakeet-tdt-0.6b-v3. */
export const PARAKEET_LANGUAGES: readonly string[] =
  'en de fr es it pt nl pl ru uk cs sk sl hr bg ro hu el da sv fi et lv lt mt'.split(' ');

/** huggingface.co/FunAudioLLM/SenseVoiceSmall. */
export const SENSE_VOICE_LANGUAGES: readonly string[] = ['zh', 'en', 'ja', 'ko', 'yue'];
