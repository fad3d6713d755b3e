"""Money: advices announce it, bank lines bring it, applications settle items and can be reversed."""
