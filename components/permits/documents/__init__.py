"""Papers: data in, bytes out. See compose (printing), checks (what may be printed), inspect (what an uploaded PDF is worth)."""
from components.permits.documents.checks import Fault, RenderFault, check
from components.permits.documents.compose import Paper, compose, render

__all__ = ["Fault", "Paper", "RenderFault", "check", "compose", "render"]
