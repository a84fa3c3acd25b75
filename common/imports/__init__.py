"""What every import of a CSV shares: reading rows, mapping files, what became of a row.

rows.py reads a file and knows each row by its content, mapping.py reads what foreign columns mean,
outcomes.py counts rows and writes the refused ones down.
"""
