// Latencies and outcomes over the last two minutes, or since the page was opened.
import uPlot from "../lib/uplot/uPlot.esm.js";
import { clock, milliseconds } from "../format.js";
import { say } from "../dom.js";

const OUTCOMES = ["ok", "degraded", "expired", "rejected"];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Stacks columns: each is drawn from zero to the sum of itself and those below. */
export function stacked(columns) {
  const sums = columns[0].map(() => 0);
  return columns.map((column) => column.map((value, i) => (sums[i] += value)));
}

export class Charts {
  constructor(latencyRoot, outcomeRoot, latencyText, outcomeText) {
    this.roots = [latencyRoot, outcomeRoot];
    this.texts = [latencyText, outcomeText];
    this.marks = [];
    this.build();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.build());
    new ResizeObserver(() => this.resize()).observe(latencyRoot);
  }

  size(root) {
    return { width: Math.max(200, root.clientWidth), height: 150 };
  }

  resize() {
    this.plots.forEach((plot, i) => plot.setSize(this.size(this.roots[i])));
  }

  build() {
    this.plots?.forEach((plot) => plot.destroy());
    const axis = {
      stroke: colour("--dim"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "11px system-ui, sans-serif",
    };
    const common = {
      legend: { show: false },
      cursor: { y: false, points: { show: false } },
      padding: [8, 8, 0, 0],
      hooks: { draw: [(plot) => this.drawMarks(plot)] },
    };
    const x = {
      ...axis,
      space: 90,
      size: 26,
      incrs: [5, 10, 15, 30, 60],
      values: (plot, ticks) => ticks.map((tick) => clock(tick * 1000).slice(0, 8)),
    };
    const line = (label, name, width) => ({
      label,
      stroke: colour(name),
      width,
      spanGaps: false,
      points: { show: false },
    });
    const latency = {
      ...common,
      ...this.size(this.roots[0]),
      scales: { y: { range: (plot, low, high) => [0, Math.max(1, (high ?? 1) * 1.1)] } },
      axes: [x, { ...axis, size: 44, values: (plot, ticks) => ticks.map((tick) => `${tick}`) }],
      series: [{}, line("p95", "--degraded", 1.5), line("median", "--accent", 2)],
    };
    const bars = uPlot.paths.bars({ size: [0.85, 60] });
    const outcome = {
      ...common,
      ...this.size(this.roots[1]),
      scales: { y: { range: (plot, low, high) => [0, Math.max(1, (high ?? 1) * 1.1)] } },
      axes: [x, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }],
      series: [
        {},
        // The highest stack first, so that the lower ones are drawn over it.
        ...[...OUTCOMES].reverse().map((name) => ({
          label: name,
          fill: colour(`--${name}`),
          stroke: colour(`--${name}`),
          width: 0,
          paths: bars,
          points: { show: false },
        })),
      ],
    };
    this.plots = [
      new uPlot(latency, [[], [], []], this.roots[0]),
      new uPlot(outcome, [[], [], [], [], []], this.roots[1]),
    ];
    if (this.columns) {
      this.update(this.columns, this.marks);
    }
  }

  /** Losses and new plans, as lines from top to bottom. */
  drawMarks(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    for (const mark of this.marks) {
      const x = Math.round(plot.valToPos(mark.at / 1000, "x", true));
      if (x >= bbox.left && x <= bbox.left + bbox.width) {
        ctx.strokeStyle = colour(mark.kind === "lost" ? "--expired" : "--accent");
        ctx.setLineDash(mark.kind === "lost" ? [] : [4, 4]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
    }
    ctx.restore();
  }

  update(columns, marks) {
    this.columns = columns;
    this.marks = marks;
    const outcomes = OUTCOMES.map((name) => columns[name]);
    this.plots[0].setData([columns.time, columns.p95, columns.p50]);
    this.plots[1].setData([columns.time, ...stacked(outcomes).reverse()]);
    const known = (column) => column.filter((value) => value !== null).at(-1) ?? null;
    say(this.texts[0], `median ${milliseconds(known(columns.p50))}, 95 % under ${milliseconds(known(columns.p95))}`);
    const sums = OUTCOMES.map((name) => `${columns[name].reduce((a, b) => a + b, 0)} ${name}`);
    say(this.texts[1], sums.join(", "));
  }
}
