"""Libraries of graph networks: PyTorch Geometric, Spektral, the Open Graph Benchmark."""

from __future__ import annotations

from modelsearch.static.libraries.data_loading import Loader
from modelsearch.static.libraries.library import Library

_GEOMETRIC = "torch_geometric.datasets"
#: Collections of PyTorch Geometric whose second argument names the graph.
_COLLECTIONS = [
    "Planetoid",
    "TUDataset",
    "MoleculeNet",
    "Amazon",
    "Coauthor",
    "WebKB",
    "WikipediaNetwork",
    "RelLinkPredDataset",
    "CitationFull",
    "HeterophilousGraphDataset",
    "LRGBDataset",
    "AttributedGraphDataset",
    "Airports",
    "LINKXDataset",
]

LIBRARY = Library(
    name="graphs",
    data=(
        *(
            Loader(
                calls=(f"{_GEOMETRIC}.{kind}",),
                collection=f"{_GEOMETRIC}.{kind}/",
                at=1,
                closed=True,
            )
            for kind in _COLLECTIONS
        ),
        Loader(
            calls=("spektral.datasets.Citation",),
            collection=f"{_GEOMETRIC}.Planetoid/",
            closed=True,
        ),
        Loader(
            calls=("spektral.datasets.TUDataset",),
            collection=f"{_GEOMETRIC}.TUDataset/",
            closed=True,
        ),
        Loader(
            calls=tuple(
                f"ogb.{task}proppred.{library}{task.title()}PropPredDataset"
                for task in ("node", "link", "graph")
                for library in ("Pyg", "Dgl", "")
            ),
            collection="ogb",
        ),
    ),
)
