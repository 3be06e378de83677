"""Writes the synthetic round's files anew: python -m sample_responses"""

from pathlib import Path

from sample_responses.generate import margins_csv, places_csv, workbook

FOLDER = Path(__file__).parent

(FOLDER / "lang_son_2022_synthetic.xlsx").write_bytes(workbook())
(FOLDER / "lang_son_2022_synthetic_places.csv").write_text(places_csv(), encoding="utf-8")
(FOLDER / "lang_son_2022_synthetic_margins.csv").write_text(margins_csv(), encoding="utf-8")
