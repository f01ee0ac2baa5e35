import { number } from '../../app/messages';
import { start } from '../../app/messages/start';
import { hourMs } from './hours';

const words = start;
const barWidth = 10;
const gap = 3;
const head = 14;
const height = 80;
const foot = 14;
const good = 'var(--pf-t--chart--color--blue--300, var(--pf-t--global--color--brand--default))';
const bad = 'var(--pf-t--global--color--status--danger--default)';
const quiet = 'var(--pf-t--global--border--color--default)';

export interface HourChartProps {
  label: string;
  /** When the first hour begins. */
  first: number;
  goodLabel: string;
  good: number[];
  badLabel: string;
  bad: number[];
}

const hourName = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

function sum(counts: readonly number[]): number {
  return counts.reduce((total, n) => total + n, 0);
}

/** Two kinds of events by the hour, one upon the other. What it shows is also its name; each hour says its numbers on hover. */
export function HourChart(props: HourChartProps) {
  const most = Math.max(1, ...props.good.map((n, hour) => n + (props.bad[hour] ?? 0)));
  const width = props.good.length * (barWidth + gap);
  const scale = (n: number) => (n / most) * height;
  return (
    <svg viewBox={`0 ${-head} ${width} ${head + height + foot}`} width="100%" role="img"
      aria-label={words.chart(props.label, props.goodLabel, sum(props.good), props.badLabel, sum(props.bad))}>
      <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} stroke={quiet} strokeWidth={1} />
      {props.good.map((n, hour) => {
        const m = props.bad[hour] ?? 0;
        const x = hour * (barWidth + gap);
        const name = hourName.format(props.first + hour * hourMs);
        return (
          <g key={hour}>
            <title>{words.hour(name, props.goodLabel, n, props.badLabel, m)}</title>
            <rect x={x} y={0} width={barWidth} height={height} fill="transparent" />
            <rect x={x} y={height - scale(n)} width={barWidth} height={scale(n)} fill={good} />
            <rect x={x} y={height - scale(n) - scale(m)} width={barWidth} height={scale(m)} fill={bad} />
            {hour % 6 === 0 && <text x={x} y={height + foot - 3} fontSize={9} fill="currentColor">{name}</text>}
          </g>
        );
      })}
      <text x={width} y={-4} fontSize={9} textAnchor="end" fill="currentColor">{number(most)}</text>
    </svg>
  );
}
