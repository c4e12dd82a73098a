"""Commands that run the installation: deploy, backup, worker, demonstration."""
