"""How the canvas is drawn: nodes by level of detail, links, frames, and the picture kept of all."""
