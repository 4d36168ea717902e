"""The rules of congresses: pure functions over frozen values, with today as an argument."""
