"""What moved since the last run: folders and files that are found again by their content, so that
their models keep ids, notes and corrections.
"""
