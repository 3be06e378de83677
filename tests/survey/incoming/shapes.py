# ruff: noqa: E501, RUF005  lines as the tools write them
"""Files of answers in the exact column shapes of other tools, written by hand from what those tools say themselves.

KoboToolbox. kpi, `kpi/models/import_export_task.py`: `ExportTask.COPY_FIELDS` (`_id`, `_uuid`, `_submission_time`,
  `_validation_status`, `_notes`, `_status`, `_submitted_by`, `_tags`; newer ones put `__version__` before `_tags`),
  `force_index=True` (`_index`), CSV lines end in CRLF and have no BOM. formpack (176f619), `src/formpack/reporting/
  export.py`, `to_csv(sep=';', quote='"')`: every cell quoted; `schema/fields.py`: heading = name, label, or with
  hierarchy `group/name`; select_multiple (`multiple_select='both'`) = one column with the names or labels between
  blanks, then `question/option` with 1 or 0, all empty where nothing was answered; `_validation_status` = uid with
  XML names, label with labels. `_submission_time` is UTC without a zone (`_record_last_submission_time`). Whole lines
  of such files: `kpi/tests/test_mock_data_exports.py`.
ODK Central. central-backend (4f5943d), `lib/data/briefcase.js`: `SubmissionDate`, the fields with `group-` before them,
  `KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion`;
  with split select multiples `name/value` after the field; `groupPaths=false` leaves the groups out; the zip holds
  `FORM.csv` and `FORM-repeat.csv`, whose last columns are PARENT_KEY, KEY. `test/integration/api/submissions.js`
  has the heading line. An export has every submission the table is not filtered by, «Rejected» among them, and is a
  .csv or a .zip: docs.getodk.org/central-submissions (getodk/docs `docs/central-submissions.rst`).
LimeSurvey. `application/helpers/admin/export/Writer.php`: headings `code` (`getHeadingCode`: title[subquestion]), `full`
  (question text, subquestion in brackets), `codetext` (`code. text`); answers `short` (codes) and `long`.
  `CsvWriter.php`: BOM, every cell quoted, CRLF, an empty line at the end; older versions put semicolons.
  `SurveyDao.php`: complete is `submitdate IS NOT NULL`, the default is all. `SurveyObj.php` (`getFullAnswer`): multiple
  choice is Y or empty, in long answers Yes, No. Without date stamps submitdate is in 1980.
Google Forms. «Download responses (.csv)», a zip: first the moment, as `2026/09/03 8:12:44 PM GMT+7`, then a column a
  question under its text, several answers with `;` between. The linked sheet: `Timestamp` or «Dấu thời gian», the moment
  as the sheet's country writes it, several answers with `, ` between. Who has published such files, claim by claim:
  survey/incoming/shapes.toml.
"""

KOBO_CSV = (
    '"start";"end";"hl_place";"use/used";"use/ways";"use/ways/web";"use/ways/post";"use/ways/desk";"use/times";'
    '"rating/q1";"rating/why";"rating/fee";"rating/day";"end/comment";"__version__";"_id";"_uuid";"_submission_time";'
    '"_validation_status";"_notes";"_status";"_submitted_by";"_tags";"_index"\r\n'
    '"2026-11-03T08:00:12.501+07:00";"2026-11-03T08:09:40.020+07:00";"P01";"1";"web desk";"1";"0";"1";"3";"5";"";"1.5";'
    '"2026-10-30";"Tốt; nhanh";"vK2";"9001";"7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473";"2026-11-03T01:11:02";'
    '"validation_status_approved";"";"submitted_via_web";"dieu_tra_1";"";"1"\r\n'
    '"2026-11-04T23:50:00.000+07:00";"2026-11-04T23:58:00.000+07:00";"P02";"1";"";"";"";"";"";"2";"Chờ ""lâu""";"";"";'
    '"";"vK2";"9002";"1eb23383-3c3e-43c6-bd45-359f30f82db4";"2026-11-04T16:58:30";"";"";"submitted_via_web";'
    '"dieu_tra_2";"";"2"\r\n'
    '"2026-11-05T09:00:00.000+07:00";"2026-11-05T09:01:00.000+07:00";"P02";"2";"";"";"";"";"";"";"";"";"";"";"vK2";"9003";'
    '"563408aa-b3c8-4c46-ba46-62e58f9d8a56";"2026-11-05T02:01:10";"validation_status_not_approved";"";'
    '"submitted_via_web";"dieu_tra_2";"";"3"\r\n'
)
"""XML values and headings, groups in the headings; the third was not approved."""

KOBO_LABELS = [
    ["start", "end", "hl_place", "Câu used", "Câu ways", "Câu ways/web", "Câu ways/post", "Câu ways/desk", "Câu times"]
    + ["Câu q1", "Câu why", "Câu fee", "Câu day", "Câu comment", "_id", "_uuid", "_submission_time"]
    + ["_validation_status", "_notes", "_status", "_submitted_by", "__version__", "_tags", "_index"],
    ["2026-11-03T08:00:12.501+07:00", "2026-11-03T08:09:40.020+07:00", "Xã A", "Có", "web desk", "1", "0", "1", "3"]
    + ["Mức 5", "", "1.5", "2026-10-30", "Tốt; nhanh", "9001", "7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473"]
    + ["2026-11-03T01:11:02", "Approved", "", "submitted_via_web", "dieu_tra_1", "vK2", "", "1"],
    ["2026-11-04T23:50:00.000+07:00", "2026-11-04T23:58:00.000+07:00", "Xã B", "Có", "", "", "", "", ""]
    + ["Mức 2", 'Chờ "lâu"', "", "", "", "9002", "1eb23383-3c3e-43c6-bd45-359f30f82db4", "2026-11-04T16:58:30"]
    + ["", "", "submitted_via_web", "dieu_tra_2", "vK2", "", "2"],
    ["2026-11-05T09:00:00.000+07:00", "2026-11-05T09:01:00.000+07:00", "Xã B", "Không", "", "", "", "", "", "", "", ""]
    + ["", "", "9003", "563408aa-b3c8-4c46-ba46-62e58f9d8a56", "2026-11-05T02:01:10", "Not approved", ""]
    + ["submitted_via_web", "dieu_tra_2", "vK2", "", "3"],
]
"""The same three with labels, as rows of a workbook."""

ODK_CSV = (
    "SubmissionDate,start,end,hl_place,use-used,use-ways,use-times,rating-q1,rating-why,rating-fee,rating-day,"
    "end-comment,meta-instanceID,KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,"
    "ReviewState,DeviceID,Edits,FormVersion\n"
    "2026-11-03T01:11:02.120Z,2026-11-03T08:00:12.501+07:00,2026-11-03T08:09:40.020+07:00,P01,1,web desk,3,5,,1.5,"
    "2026-10-30,Tốt; nhanh,uuid:7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473,uuid:7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473,12,"
    "Điều tra 1,0,0,,approved,collect:aBc,0,2026.1\n"
    '2026-11-04T16:58:30.000Z,2026-11-04T23:50:00.000+07:00,2026-11-04T23:58:00.000+07:00,P02,1,,,2,"Chờ ""lâu""",,,,'
    "uuid:1eb23383-3c3e-43c6-bd45-359f30f82db4,uuid:1eb23383-3c3e-43c6-bd45-359f30f82db4,13,Điều tra 2,0,0,,,collect:d,"
    "1,2026.1\n"
    "2026-11-05T02:01:10.000Z,2026-11-05T09:00:00.000+07:00,2026-11-05T09:01:00.000+07:00,P02,2,,,,,,,,"
    "uuid:563408aa-b3c8-4c46-ba46-62e58f9d8a56,uuid:563408aa-b3c8-4c46-ba46-62e58f9d8a56,13,Điều tra 2,0,0,,rejected,"
    "collect:d,0,2026.1\n"
)

ODK_SPLIT_CSV = (
    "SubmissionDate,start,end,hl_place,used,ways,ways/web,ways/post,ways/desk,times,q1,why,fee,day,comment,instanceID,"
    "KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion\n"
    "2026-11-03T01:11:02.120Z,2026-11-03T08:00:12.501+07:00,2026-11-03T08:09:40.020+07:00,P01,1,web desk,1,0,1,3,5,,1.5,"
    "2026-10-30,Tốt; nhanh,uuid:7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473,uuid:7e1d7b7f-8aa1-41aa-b5a8-c8f0ab1a1473,12,"
    "Điều tra 1,0,0,,approved,collect:aBc,0,2026.1\n"
    '2026-11-04T16:58:30.000Z,2026-11-04T23:50:00.000+07:00,2026-11-04T23:58:00.000+07:00,P02,1,,0,0,0,,2,"Chờ ""lâu""",'
    ",,,uuid:1eb23383-3c3e-43c6-bd45-359f30f82db4,uuid:1eb23383-3c3e-43c6-bd45-359f30f82db4,13,Điều tra 2,0,0,,,"
    "collect:d,1,2026.1\n"
    "2026-11-05T02:01:10.000Z,2026-11-05T09:00:00.000+07:00,2026-11-05T09:01:00.000+07:00,P02,2,,0,0,0,,,,,,,"
    "uuid:563408aa-b3c8-4c46-ba46-62e58f9d8a56,uuid:563408aa-b3c8-4c46-ba46-62e58f9d8a56,13,Điều tra 2,0,0,,rejected,"
    "collect:d,0,2026.1\n"
)
"""Without group paths, with split select multiples: 0 stands also where nothing was answered."""

ODK_REPEAT_CSV = "member_name,member_age,PARENT_KEY,KEY\nA,30,uuid:7e1d7b7f,uuid:7e1d7b7f/member[1]\n"

_LIME_END = '"2026-11-03 08:00:12","2026-11-03 08:09:40"'

LIMESURVEY_CODES = (
    '\ufeff"id","submitdate","lastpage","startlanguage","seed","startdate","datestamp","place","used","ways[web]",'
    '"ways[post]","ways[desk]","times","q1","why","fee","day","comment"\r\n'
    f'"1","2026-11-03 08:09:40","3","vi","1411275213",{_LIME_END},"P01","1","Y","","Y","3","5","","1.5000000000",'
    '"2026-10-30 00:00:00","Tốt; nhanh"\r\n'
    f'"2","2026-11-04 23:58:00","3","vi","94716208",{_LIME_END},"P02","1","","","","","2","Chờ ""lâu""","","",""\r\n'
    f'"3","","","vi","1208214573",{_LIME_END},"","","","","","","","","","",""\r\n'
    f'"4","","1","vi","77125","2026-11-05 09:00:00","2026-11-05 09:00:44","P02","1","Y","","","","","","","",""\r\n'
    f'"5","","","vi","5521",{_LIME_END},"","","","","","","","","","",""\r\n'
    "\r\n"
)
"""Question codes, answer codes; 3 and 5 were only opened, 4 was begun and not sent."""

LIMESURVEY_TEXTS = (
    '\ufeff"Response ID";"Date submitted";"Last page";"Start language";"Seed";"Date started";"Date last action";"Place";'
    '"Câu used";"Câu ways [web]";"Câu ways [post]";"Câu ways [desk]";"Câu times";"Câu q1";"Câu why";"Câu fee";"Câu day";'
    '"Câu comment"\r\n'
    f'"1";"2026-11-03 08:09:40";"3";"vi";"1411275213";{_LIME_END.replace(",", ";")};"Xã A";"Có";"Yes";"No";"Yes";"3";'
    '"Mức 5";"";"1.5";"2026-10-30 00:00:00";"Tốt; nhanh"\r\n'
    f'"2";"2026-11-04 23:58:00";"3";"vi";"94716208";{_LIME_END.replace(",", ";")};"Xã B";"Có";"No";"No";"No";"";"Mức 2";'
    '"Chờ ""lâu""";"";"";""\r\n'
    f'"3";"";"";"vi";"1208214573";{_LIME_END.replace(",", ";")};"";"";"N/A";"N/A";"N/A";"";"";"";"";"";""\r\n'
    '"4";"";"1";"vi";"77125";"2026-11-05 09:00:00";"2026-11-05 09:00:44";"Xã B";"Có";"Yes";"No";"No";"";"";"";"";"";""\r\n'
    f'"5";"";"";"vi";"5521";{_LIME_END.replace(",", ";")};"";"";"N/A";"N/A";"N/A";"";"";"";"";"";""\r\n'
    "\r\n"
)
"""Full headings and full answers, from a version that puts semicolons."""

LIMESURVEY_BOTH = (
    '\ufeff"id. Response ID","submitdate. Date submitted","lastpage. Last page","startlanguage. Start language",'
    '"seed. Seed","startdate. Date started","datestamp. Date last action","place. Place","used. Câu used",'
    '"ways[web]. Câu ways [web]","ways[post]. Câu ways [post]","ways[desk]. Câu ways [desk]","times. Câu times",'
    '"q1. Câu q1","why. Câu why","fee. Câu fee","day. Câu day","comment. Câu comment"\r\n'
    + LIMESURVEY_CODES.partition("\r\n")[2]
)
"""Code and text in the headings, answer codes."""

GOOGLE_CSV = (
    '"Timestamp","Nơi ông/bà ở","Câu used","Câu ways","Câu times","Câu q1","Câu why","Câu fee","Câu day","Câu comment"\n'
    '"2026/11/03 8:09:40 AM GMT+7","Xã A","Có","web;desk","3","Mức 5","","1.5","2026-10-30","Tốt; nhanh"\n'
    '"2026/11/04 11:58:00 PM GMT+7","Xã B","Có","","","Mức 2","Chờ ""lâu""","","",""\n'
)
"""As Google Forms downloads it."""

GOOGLE_SHEET = (
    "Dấu thời gian,Nơi ông/bà ở,Câu used,Câu ways,Câu times,Câu q1,Câu why,Câu fee,Câu day,Câu comment\r\n"
    '03/11/2026 8:09:40,Xã A,Có,"web, desk",3,Mức 5,,1.5,30/10/2026,Tốt; nhanh\r\n'
    '14/11/2026 23:58:00,Xã B,Có,,,Mức 2,"Chờ ""lâu""",,,\r\n'
)
"""As the linked sheet is downloaded by an office whose sheets are Vietnamese."""
