"""Tables of problems whose gradients are known: the truth that the engine is tested against."""
