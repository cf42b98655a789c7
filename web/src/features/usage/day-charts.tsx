import { SimpleGrid } from '@mantine/core';
import { useMemo } from 'react';

import { formatRoughMoney } from '../../lib/format.ts';
import { Section } from '../../ui/section.tsx';
import { DayChart, type BarSeries } from './day-chart.tsx';
import type { Day, Sums } from './usage-query.ts';
import { weeksOf } from './weeks.ts';
import { formatCount, formatDate, minutesOf } from './usage-words.ts';

const CENT_MICRO_AUD = 10_000;
const MAIN = 'brand-filled';
const WRONG = 'red-filled';

const round = (minutes: number): string => minutes.toLocaleString('en-AU', { maximumFractionDigits: 1 });

/** More bars than this are no bars any more on a third of a screen. */
const MOST_BARS = 100;

/** Minutes, cost, recordings and failures by day, or of long periods by week. */
export function DayCharts({ daily }: { daily: readonly Day[] }) {
  const isByWeek = daily.length > MOST_BARS;
  const bars = useMemo(() => (isByWeek ? weeksOf(daily) : daily), [daily, isByWeek]);
  const charts = useMemo(() => chartsOf(bars), [bars]);
  const dates = useMemo(() => bars.map(({ date }) => date), [bars]);
  const step = isByWeek ? 'week' : 'day';
  return (
    <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg">
      {charts.map(({ title, series }) => (
        <Section key={title} title={`${title} by ${step}`}>
          <DayChart {...{ dates, series, step }} summary={summaryOf(dates, series)} />
        </Section>
      ))}
    </SimpleGrid>
  );
}

function chartsOf(daily: readonly Day[]): readonly { title: string; series: readonly BarSeries[] }[] {
  const valuesOf = (of: (day: Sums) => number) => daily.map(of);
  return [
    {
      title: 'Minutes',
      series: [
        {
          label: 'Minutes',
          color: MAIN,
          values: valuesOf(({ audioMs }) => minutesOf(audioMs)),
          format: round,
          leastStep: 0.1,
        },
      ],
    },
    {
      title: 'Cost',
      series: [
        {
          label: 'Cost',
          color: MAIN,
          values: valuesOf(({ costMicroAud }) => costMicroAud),
          format: formatRoughMoney,
          leastStep: CENT_MICRO_AUD,
        },
      ],
    },
    {
      title: 'Recordings',
      series: [
        {
          label: 'Recordings',
          color: MAIN,
          values: valuesOf(({ jobs }) => jobs),
          format: formatCount,
          leastStep: 1,
        },
        {
          label: 'of them failed',
          color: WRONG,
          values: valuesOf(({ failed }) => failed),
          format: formatCount,
        },
      ],
    },
  ];
}

/** Such as: “Minutes from Sun 25 Oct on. Most: 34.5, Fri 6 Nov.” */
function summaryOf(dates: readonly string[], [first]: readonly BarSeries[]): string {
  if (!first) return '';
  const most = Math.max(0, ...first.values);
  const from = `${first.label} from ${formatDate(dates[0] ?? '')} on.`;
  if (most === 0) return `${from} None.`;
  return `${from} Most: ${first.format(most)}, ${formatDate(dates[first.values.indexOf(most)] ?? '')}.`;
}
