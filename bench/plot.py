"""Draws ``docs/growth.svg`` from what ``bench.growth`` has measured: ``python -m bench.plot``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from bench.table import RESULTS

PICTURE = Path(__file__).parents[1] / "docs" / "growth.svg"
LINE, TEXT, GRID = "#1f6feb", "#24292f", "#d0d7de"


def main() -> None:
    """Draw."""
    curves = json.loads((RESULTS / "growth.json").read_text("utf-8"))
    # Words stay words, and the file is the same whenever it is drawn from the same figures.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "khabardar", "font.size": 9})
    figure = Figure(figsize=(9, 5.6), layout="constrained")
    figure.set_facecolor("white")
    for axes, curve in zip(figure.subplots(2, 2).flat, curves, strict=True):
        _draw(axes, curve)
    figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})
    print(PICTURE.relative_to(PICTURE.parents[1]))


def _draw(axes: Axes, curve: dict[str, Any]) -> None:
    sizes, costs = zip(*curve["points"], strict=True)
    axes.plot(sizes, costs, color=LINE, marker="o", linewidth=2)
    axes.set_xscale("log")
    axes.set_ylim(0, max(costs) * 1.35)
    axes.set_xlim(sizes[0] / 2, sizes[-1] * 2)
    axes.set_xticks(sizes)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    axes.set_title(curve["measured"], color=TEXT, loc="left", fontsize=10)
    axes.set_xlabel(curve["grows"])
    axes.set_ylabel("ms of CPU")
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for size, cost in curve["points"]:
        axes.annotate(
            f"{cost:.2g}", (size, cost), xytext=(0, 7), textcoords="offset points", ha="center"
        )


if __name__ == "__main__":
    main()
