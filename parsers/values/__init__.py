"""What one piece of text can mean as a value: amounts, dates, currencies, references, quantities.

Every function here reads *all* meanings a text can have and never picks one for convenience: "1.234" is two amounts,
"03/04/26" two dates. The choice belongs to arithmetic or to the rest of the document (`resolve_style`,
`resolve_order`); where nothing decides, the value stays unknown.
"""
