from dataclasses import dataclass
@dataclass
class Config:
    lr: float = 0.02
    bs: int = 48
    n: int = 7
