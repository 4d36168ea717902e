"""The seats of a congress, divided among the units right below: the form, the calculation, what each was given."""
