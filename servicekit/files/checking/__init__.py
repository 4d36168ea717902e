"""What arrived is looked at: scanned, its pixels painted anew, its pages searched for what could act."""
