import 'uplot/dist/uPlot.min.css';

import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';

import classes from './day-chart.module.css';
import { formatDate } from './usage-words.ts';

/** Bars of one kind, a value a day. */
export interface BarSeries {
  readonly label: string;
  /** The name of a colour of the theme, as `--mantine-color-…`. */
  readonly color: string;
  readonly values: readonly number[];
  readonly format: (value: number) => string;
  /** The least difference that `format` shows: labels have no smaller steps. */
  readonly leastStep?: number;
}

interface Props {
  /** `YYYY-MM-DD`, without gaps. */
  readonly dates: readonly string[];
  /** What a bar stands for: a day, or the week that begins with it. */
  readonly step: 'day' | 'week';
  /** Later ones are drawn before earlier ones: each is a part of the one before it. */
  readonly series: readonly BarSeries[];
  /** What the picture shows, for people who do not see it. The numbers themselves belong in a table beside it. */
  readonly summary: string;
}

const HEIGHT = 150;
const DATES_HEIGHT = 26;
/** A figure of the labels is about so wide, at their size. */
const FIGURE_WIDTH = 7;
const SECONDS_PER_MS = 1 / 1000;
const HALF_A_DAY = 12 * 3600;
const DAYS = { day: 1, week: 7 };
/** Half of the last date's width. */
const BESIDE_BARS = 18;
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Bars for each day, and the numbers of the day that is pointed at. */
export function DayChart({ dates, step, series, summary }: Props) {
  const { ref: frame, width } = useElementSize();
  const canvas = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  // The colours of a canvas are no styles: it is drawn anew in those of the other scheme.
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    if (!canvas.current || width === 0) return undefined;
    const chart = new uPlot(
      optionsFor({ width, series, daysABar: DAYS[step], onPoint: setPointed }),
      dataOf(dates, series),
      canvas.current,
    );
    return () => chart.destroy();
  }, [dates, step, series, width, scheme]);
  return (
    <div ref={frame}>
      <p className={classes['legend']} aria-hidden>
        {pointed === null ? (
          series.length > 1 && series.map((each) => <Mark key={each.label} series={each} />)
        ) : (
          <>
            <strong>
              {step === 'week' && 'From '}
              {formatDate(dates[pointed] ?? '')}
            </strong>
            {series.map((each) => (
              <Mark key={each.label} series={each} value={each.values[pointed] ?? 0} />
            ))}
          </>
        )}
      </p>
      <div ref={canvas} role="img" aria-label={summary} />
    </div>
  );
}

function Mark({ series, value }: { series: BarSeries; value?: number }) {
  const { label, color, format } = series;
  return (
    <span className={classes['mark']}>
      <span className={classes['swatch']} style={{ background: `var(--mantine-color-${color})` }} />
      {value === undefined ? label : `${label}: ${format(value)}`}
    </span>
  );
}

/** Midnights of UTC in seconds, for a library whose axis is told that it is in UTC, too. */
const dataOf = (dates: readonly string[], series: readonly BarSeries[]): uPlot.AlignedData => [
  dates.map((date) => Date.parse(date) * SECONDS_PER_MS),
  ...series.map(({ values }) => [...values]),
];

function optionsFor(parts: {
  width: number;
  series: readonly BarSeries[];
  daysABar: number;
  onPoint: (index: number | null) => void;
}): uPlot.Options {
  const { width, series, daysABar, onPoint } = parts;
  const halfABar = daysABar * HALF_A_DAY;
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--mantine-color-${name}`).trim();
  const axis = {
    stroke: colour('dimmed'),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    ticks: { show: false },
  };
  const { format = String, leastStep } = series[0] ?? {};
  const bars = uPlot.paths.bars?.({ size: [0.85, 28] });
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds / SECONDS_PER_MS), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false }, points: { show: false } },
    padding: [8, BESIDE_BARS, 0, 0],
    scales: {
      x: { range: (_chart, first, last) => [first - halfABar, last + halfABar] },
      y: { range: (_chart, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, values: '{D} {MMM}', space: 60, size: DATES_HEIGHT },
      {
        ...axis,
        grid: { stroke: colour('default-border'), width: 1 },
        values: (_chart, values) => values.map(format),
        size: (_chart, labels) =>
          12 + FIGURE_WIDTH * Math.max(1, ...(labels ?? []).map((label) => label.length)),
        space: 34,
        ...(leastStep !== undefined && { incrs: WHOLE_STEPS.map((step) => step * leastStep) }),
      },
    ],
    series: [
      {},
      ...series.map((each) => ({
        label: each.label,
        fill: colour(each.color),
        width: 0,
        ...(bars && { paths: bars }),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)] },
  };
}
