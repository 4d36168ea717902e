"""The sample organisation in use: its tree, its people's grants, members, and a plan half-way through its cycle."""
