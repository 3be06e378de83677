"""Writes the sample files anew: python -m sample_responses"""

from pathlib import Path

from sample_responses import province
from sample_responses.generate import margins_csv, places_csv, workbook

FOLDER = Path(__file__).parent

(FOLDER / "lang_son_2022_synthetic.xlsx").write_bytes(workbook())
(FOLDER / "lang_son_2022_synthetic_places.csv").write_text(places_csv(), encoding="utf-8")
(FOLDER / "lang_son_2022_synthetic_margins.csv").write_text(margins_csv(), encoding="utf-8")
(FOLDER / "lang_son_2022_dossiers.csv").write_text(province.dossiers_csv(), encoding="utf-8")
(FOLDER / "lang_son_2022_points.csv").write_text(province.points_csv(), encoding="utf-8")
(FOLDER / "par_index_2022_provinces.csv").write_text(province.provinces_csv(), encoding="utf-8")
(FOLDER / "articles_dossiers.csv").write_text(province.articles_csv(), encoding="utf-8")
