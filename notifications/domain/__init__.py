"""The rules of telling: what a matter says, whom it concerns, when it is counted, when to try again."""
