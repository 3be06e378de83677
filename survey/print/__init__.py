"""What is printed about collecting? Paper forms as PDF and Word, made from the questionnaire that the screens ask."""
