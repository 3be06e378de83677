"""Small frames to plan and draw with."""

from analysis.setup.frame import Frame, read_frame
from survey.sheet import read_table

COMMUNES = (
    "stratum,psu,people\n"
    "Huyện A,Xã 1,1000\nHuyện A,Xã 2,500\nHuyện A,Xã 3,300\nHuyện A,Xã 4,200\n"
    "Huyện B,Xã 1,600\nHuyện B,Xã 5,400\n"
)
VILLAGES = "Tầng,Xã/phường,Thôn/tổ dân phố,Số hộ hoặc lượt giao dịch,Đơn vị được đánh giá\n" + "".join(
    f"Huyện {district},Xã {commune},Thôn {village},{40 * village + 10 * commune},UBND xã {commune}\n"
    for district in "AB"
    for commune in range(1, 7)
    for village in range(1, 5)
)


def frame(text: str = COMMUNES) -> Frame:
    return read_frame(read_table(text.encode(), name="khung.csv"), "khung.csv")
