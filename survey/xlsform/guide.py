"""What does the sheet «huong_dan» tell the official who edits a questionnaire in Excel?"""

SHEET = "huong_dan"

INTRODUCTION = (
    "Sổ tính này là bản gốc duy nhất của phiếu hỏi: phiếu trên mạng, phiếu giấy, bảng kết quả, chỉ số đều lấy từ đây.",
    "Cách làm: sửa các trang survey, choices, settings, index; lưu lại dạng .xlsx; rồi tải lên.",
    "Nếu có lỗi, công cụ báo tất cả lỗi một lần, ghi rõ trang tính, dòng, cột và cách sửa; "
    "phiếu đang dùng không bị thay đổi.",
    "Không đổi tên các trang tính và tiêu đề cột (chữ tiếng Anh ở dòng 1). Không dùng công thức, không gộp ô. "
    "Dòng trống và các cột ghi chú riêng của anh/chị thì được.",
    "Đưa chuột lên tiêu đề cột để đọc lời giải thích. Các cột type, required, role, factor, level, parent, study có "
    "danh sách để chọn trong ô.",
    "Khi đã sửa nội dung, vui lòng ghi phiên bản mới vào ô version của trang settings.",
)

GUIDE: tuple[tuple[str, str, str, str, str], ...] = (
    ("survey", "type", "Có", "Loại dòng: select_one + tên danh sách (chọn một), select_multiple + tên danh sách (chọn "
     "nhiều), text (chữ), integer (số nguyên), decimal (số thập phân), date (ngày), note (lời dẫn, không trả lời). "
     "begin_group mở một phần của phiếu, end_group đóng phần đó; các phần không lồng nhau.", "select_one muc_do"),
    ("survey", "name", "Có", "Tên ngắn, không trùng, dùng làm tên cột dữ liệu: chữ thường không dấu, chữ số, gạch "
     "dưới; bắt đầu bằng chữ; tối đa 32 ký tự. Đã thu phiếu thì không đổi tên nữa.", "q9_01"),
    ("survey", "label::Tiếng Việt (vi)", "Có", "Câu hỏi mà người dân đọc. Mỗi ngôn ngữ một cột, tiêu đề theo mẫu "
     "«label::Tên ngôn ngữ (mã)»; tiếng Việt luôn phải có.", "Ông/bà hài lòng ở mức nào?"),
    ("survey", "hint::Tiếng Việt (vi)", "Không", "Lời giải thích bằng lời thường ngày, hiện dưới câu hỏi. Nên dưới 20 "
     "từ.", "Ví dụ: đường làng, cầu, đèn đường."),
    ("survey", "required", "Không", "yes: phải trả lời mới gửi được phiếu. no hoặc để trống: được bỏ qua.", "yes"),
    ("survey", "relevant", "Không", "Chỉ hỏi khi điều kiện này đúng. Dùng ${tên câu đứng trước}, = != < <= > >=, and, "
     "or, not(…), selected(${câu}, 'giá trị'). Giá trị đặt trong dấu nháy thẳng.", "${received} = '1'"),
    ("survey", "constraint", "Không", "Câu trả lời phải thỏa điều kiện này; dấu chấm là câu trả lời đang nhập.",
     "string-length(.) <= 50"),
    ("survey", "constraint_message::Tiếng Việt (vi)", "Không", "Lời báo khi câu trả lời không thỏa điều kiện.",
     "Vui lòng viết không quá 50 ký tự."),
    ("survey", "role", "Không", "Câu này dùng để làm gì: respondent (về người trả lời), perception (nhận định), "
     "satisfaction (đo sự hài lòng, vào chỉ số), need (mong đợi), criterion (tiêu chí chấm điểm), comment (ý kiến "
     "khác), officer (mã công chức đã phục vụ, không bắt buộc trả lời; loại text hoặc select_one).", "satisfaction"),
    ("survey", "factor", "Câu satisfaction", "Mã yếu tố (trang index) mà câu này thuộc về. Bắt buộc nếu trang index có "
     "nội dung.", "svc_1"),
    ("survey", "satisfied", "Câu satisfaction", "Những giá trị được tính là hài lòng, cách nhau bằng dấu cách.", "4 5"),
    ("survey", "repeat_over", "Không", "Ở dòng begin_group: tên một câu select_multiple đứng trước, có danh sách là "
     "units hoặc units.LOẠI. Phần này được hỏi một lần cho mỗi đơn vị đã chọn ở câu đó. Tên phần và tên câu trong phần "
     "dài tối đa 16 ký tự.", "chon_so"),
    ("choices", "list_name", "Có", "Tên danh sách, ghi ở từng dòng; dùng trong cột type sau select_one hoặc "
     "select_multiple. Tên units và units.LOẠI (như units.department) dành riêng: lựa chọn ở đó chỉ là ví dụ, khi mở "
     "đợt được thay bằng các đơn vị được đánh giá.", "muc_do"),
    ("choices", "name", "Có", "Giá trị được lưu, viết liền không có dấu cách, không trùng trong một danh sách.", "4"),
    ("choices", "label::Tiếng Việt (vi)", "Có", "Lời của lựa chọn mà người dân đọc, không trùng trong một danh sách.",
     "Hài lòng"),
    ("settings", "form_title", "Có", "Tên phiếu bằng tiếng Việt; ngôn ngữ khác thêm cột "
     "«translated_title::English (en)».", "Phiếu khảo sát …"),
    ("settings", "form_id", "Có", "Mã của phiếu, theo quy tắc của cột name.", "ho_gia_dinh"),
    ("settings", "version", "Có", "Phiên bản của nội dung. Sửa nội dung thì ghi phiên bản mới.", "2022.1"),
    ("settings", "study", "Không", "Loại khảo sát: household (hộ gia đình), user (người đã dùng dịch vụ), officials "
     "(cán bộ, công chức), other (khác).", "household"),
    ("settings", "default_language", "Không", "Ngôn ngữ hiện đầu tiên, viết như trong tiêu đề; để trống là tiếng Việt.",
     "Tiếng Việt (vi)"),
    ("settings", "source::Tiếng Việt (vi)", "Không", "Lời văn của phiếu lấy từ đâu.", "Quyết định số …"),
    ("settings", "status::Tiếng Việt (vi)", "Không", "Phiếu chính thức đến mức nào.", "Bản dự thảo"),
    ("settings", "purpose::Tiếng Việt (vi)", "Không", "Một đoạn ngắn cho người dân: hỏi để làm gì.",
     "Kết quả giúp cơ quan phục vụ tốt hơn."),
    ("index", "code", "Nếu có trang", "Mã của khía cạnh hoặc yếu tố, theo quy tắc của cột name, không trùng.", "svc_1"),
    ("index", "level", "Nếu có trang", "aspect: khía cạnh, ngay dưới chỉ số chung. factor: yếu tố, gồm các câu hỏi.",
     "factor"),
    ("index", "parent", "Không", "Mã khía cạnh chứa yếu tố này; để trống là nằm ngay dưới chỉ số chung.", "service"),
    ("index", "weight", "Không", "Quyền số so với các mục cùng cấp, dùng khi tính theo quyền số; để trống là 1.", "1"),
    ("index", "label::Tiếng Việt (vi)", "Nếu có trang", "Tên khía cạnh hoặc yếu tố, hiện trong bảng kết quả.",
     "Tiếp cận dịch vụ"),
)  # fmt: skip
"""Sheet, column, needed?, meaning, example: one line of the guide each."""

ON_HEADER = "{text}\nBắt buộc: {needed}. Ví dụ: {like}"
"""The note on a column's header."""
