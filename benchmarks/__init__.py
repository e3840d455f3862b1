"""How fast Préau is, beside bare Socket.IO servers that store nothing. Method and figures: docs/benchmarks.md."""
