"""Roll-ups: what records contribute to every unit above them, added up by differences, verified and made right."""
