"""Calls of packages that nobody here wrote, in jobs of seconds; importing this module takes about two."""

from __future__ import annotations

import io
import random
from typing import Any

import bs4
import cryptography.fernet
import docutils.core
import html5lib
import lxml.etree
import markdown
import networkx as nx
import numpy as np
import pandas as pd
import PIL.Image
import PIL.ImageFilter
import pygments
import pygments.formatters
import pygments.lexers
import scipy.ndimage
import scipy.optimize
import scipy.stats
import sqlglot

from workloads.lasting.computing import text


def pages() -> list[str]:
    """HTML pages of some 10 KB."""
    return [
        "<html><body>" + "".join(f"<p class=a>{text(n + seed, 8)}<a href='/{n}'>x</a>" for n in range(90))
        for seed in range(60)
    ]


def parse_page(page: str) -> int:
    """html5lib: pure Python."""
    return len(list(html5lib.parse(page).iter()))


def links(page: str) -> int:
    """BeautifulSoup over html.parser: pure Python."""
    return len(bs4.BeautifulSoup(page, "html.parser").find_all("a"))


def queries() -> list[str]:
    """SQL statements."""
    columns = ", ".join(f"sum(t{n}.c{n}) as s{n}" for n in range(12))
    joins = " ".join(f"join t{n} on t0.id = t{n}.id" for n in range(1, 12))
    return [f"select {columns} from t0 {joins} where x > {number}" for number in range(150)]


def transpile(query: str) -> str:
    """sqlglot: pure Python."""
    return str(sqlglot.transpile(query, read="mysql", write="bigquery")[0])


def pictures() -> list[int]:
    """Seeds of pictures."""
    return list(range(40))


def blur(seed: int) -> int:
    """Pillow: C code without the GIL."""
    picture = PIL.Image.frombytes("RGB", (700, 700), random.Random(seed).randbytes(3 * 490_000))
    small = picture.filter(PIL.ImageFilter.GaussianBlur(4)).resize((300, 300))
    stream = io.BytesIO()
    small.save(stream, "JPEG")
    return len(stream.getvalue())


def feeds() -> list[bytes]:
    """XML documents."""
    return [
        b"<feed>"
        + b"".join(b"<e id='%d'><t>%s</t></e>" % (n, text(n + s, 6).encode()) for n in range(1_500))
        + b"</feed>"
        for s in range(60)
    ]


def titles(feed: bytes) -> int:
    """lxml: C code, mostly with the GIL."""
    tree = lxml.etree.fromstring(feed)
    return sum(len(node.text) for node in tree.xpath("//e[@id mod 3 = 1]/t"))


def frames() -> list[int]:
    """Seeds of tables."""
    return list(range(60))


def group(seed: int) -> float:
    """Pandas: group, pivot and merge."""
    chance = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"k": chance.integers(0, 300, 60_000), "g": chance.integers(0, 9, 60_000), "v": chance.random(60_000)}
    )
    pivot = frame.pivot_table(index="k", columns="g", values="v", aggfunc="mean")
    return float(frame.merge(pivot.reset_index(), on="k")["v"].sum())


def fits() -> list[int]:
    """Seeds of data to fit."""
    return list(range(60))


def fit(seed: int) -> float:
    """scipy.optimize: Python and C in turn."""
    chance = np.random.default_rng(seed)
    x = np.linspace(0, 4, 300)
    y = 2.5 * np.exp(-1.3 * x) + 0.1 * chance.random(300)
    found, _ = scipy.optimize.curve_fit(lambda x, a, b, c: a * np.exp(-b * x) + c, x, y, p0=(1.0, 1.0, 0.0))
    bests = [scipy.optimize.minimize(lambda v: ((v - found) ** 2).sum(), np.zeros(3)).fun for _ in range(6)]
    return float(found[0] + sum(bests))


def label_pictures(seed: int) -> int:
    """scipy.ndimage: C code on an array made in the call."""
    picture = np.random.default_rng(seed).random((900, 900))
    return int(scipy.ndimage.label(scipy.ndimage.gaussian_filter(picture, 3) > 0.5)[1])


def sort_numbers(seed: int) -> float:
    """NumPy's sort: C code without the GIL."""
    return float(np.sort(np.random.default_rng(seed).random(1_200_000))[600_000])


def multiply(seed: int) -> float:
    """A product of matrices: BLAS takes every core as it is."""
    matrix = np.random.default_rng(seed).random((900, 900))
    return float((matrix @ matrix).trace())


def bootstrap(seed: int) -> float:
    """scipy.stats: resampling."""
    data = np.random.default_rng(seed).normal(size=300)
    found = scipy.stats.bootstrap((data,), np.mean, n_resamples=2_000, random_state=seed, method="basic")
    return float(found.confidence_interval.low)


def secrets() -> list[bytes]:
    """Messages of 1.5 MB."""
    return [random.Random(seed).randbytes(1_500_000) for seed in range(60)]


def seal(message: bytes) -> int:
    """cryptography: C code, some of it without the GIL."""
    return len(cryptography.fernet.Fernet(b"A" * 43 + b"=").encrypt(message))


def notes() -> list[str]:
    """Texts in Markdown."""
    return ["\n\n".join(f"# {text(n, 3)}\n\n* {text(n + s, 9)}\n* `{n}`" for n in range(40)) for s in range(60)]


def render_note(note: str) -> int:
    """Markdown: pure Python."""
    return len(markdown.markdown(note, extensions=["tables", "toc"]))


def highlight(source: str) -> int:
    """Pygments: pure Python and regular expressions."""
    return len(pygments.highlight(source, pygments.lexers.PythonLexer(), pygments.formatters.HtmlFormatter()))


def code() -> list[str]:
    """Pieces of source."""
    from workloads.lasting.computing import sources

    return [source[:9_000] for source in sources()]


def graphs() -> list[int]:
    """Seeds of graphs."""
    return list(range(40))


def central(seed: int) -> float:
    """networkx: pure Python."""
    graph = nx.gnm_random_graph(110, 420, seed=seed)
    return max(nx.betweenness_centrality(graph).values())


def papers() -> list[str]:
    """Texts in reStructuredText."""
    return ["\n\n".join(f"{text(n, 2)}\n{'=' * 40}\n\n* {text(n + s, 12)}" for n in range(25)) for s in range(40)]


def publish(paper: str) -> int:
    """Docutils: pure Python."""
    settings: dict[str, Any] = {"report_level": 5, "datestamp": None}
    return len(docutils.core.publish_string(paper, writer="html", settings_overrides=settings))
