"""The command `mektupx`: one file for each group of its acts."""
