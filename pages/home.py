"""Home."""

from components.ui import parts
from components.ui.words import t

parts.title(t("shell.home_title"), t("shell.home_lead"))
