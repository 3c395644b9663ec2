"""The rule book's grammar: what a rule is and how judgements become alerts."""
