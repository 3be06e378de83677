"""The command line: serve the product, show it with the sample round, make a report of a file of answers."""

import argparse
import hashlib
import os
import re
import secrets
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn, TypeVar, get_args

import uvicorn

import sample_responses
from analysis.estimation import EstimationError, Rules, load_rules
from analysis.estimation.design import Study
from analysis.report.about import About
from analysis.report.build import build
from analysis.report.data import estimates_json
from analysis.report.excel import write
from analysis.report.margins import margins_template
from analysis.report.rerun.folder import FILES, GUIDE, rerun_folder
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Adjust, Df, Interval, Mode, Plan, RakeVariance
from analysis.scores.responses import answers_frame, make_sample, refusal
from survey.access import ensure_passcode, reset_passcode
from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.instruments import load, shipped
from survey.intake import Slips, read_margins, read_slips
from survey.questionnaire import Questionnaire, say
from survey.round import Margin
from survey.sheet import read_table
from survey.store import Store

DATABASE = "hailong.sqlite3"

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 after input was refused (all its problems are on standard error)."""
    given = _parser().parse_args(arguments)
    try:
        given.run(given)
    except Refused as refused:
        _tell(f"Chưa thực hiện được, có {len(refused.problems)} chỗ cần sửa:")
        for problem in refused.problems:
            _tell(f"  • {problem.say()}")
        return 1
    return 0


def _serve(given: argparse.Namespace) -> None:
    folder = _folder(given)
    passcode = ensure_passcode(folder, secrets.token_bytes)
    with Store.open(folder / DATABASE) as store:
        rounds = [round_.id for round_ in store.rounds()]
    _start(given, folder, rounds, passcode)


def _demo(given: argparse.Namespace) -> None:
    folder = _folder(given)
    _tell("Đang nạp đợt minh họa (395 phiếu tổng hợp)…")
    with Store.open(folder / DATABASE) as store:
        round_ = sample_responses.load_round(store)
    _start(given, folder, [round_.id], reset_passcode(folder, secrets.token_bytes))


def _start(given: argparse.Namespace, folder: Path, rounds: Sequence[str], passcode: str | None) -> None:
    """Say where everything is, then serve until stopped."""
    _must_be_free(given.host, given.port)
    base = f"http://{given.host}:{given.port}"
    for round_id in rounds:
        print(f"Phiếu khảo sát: {base}/phieu?dot={round_id}")
    print(f"Bàn làm việc:   {base}/ban-lam-viec")
    if passcode is None:
        print("Mật mã:         đã in ở lần chạy đầu tiên (quên thì chạy: hailong passcode --new)")
    else:
        print(f"Mật mã:         {passcode}")
    print("Dừng: Ctrl+C", flush=True)
    os.environ["HAILONG_DATA"] = str(folder)
    uvicorn.run("app:app", host=given.host, port=given.port, log_level="warning", server_header=False)


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            values = {"host": host, "port": port, "reason": error.strerror}
            raise Refused([Problem(code="CLI_PORT", values=values)]) from error


def _passcode(given: argparse.Namespace) -> None:
    print(reset_passcode(_folder(given), secrets.token_bytes))


def _report(given: argparse.Namespace) -> None:
    evaluation = _evaluated(given, [name for name in (given.out, given.json) if name])
    questionnaire, plan = evaluation.questionnaire, evaluation.plan
    created = datetime.now(VIETNAM).replace(microsecond=0)
    about = About(
        round_name=given.name or say(questionnaire.title, "vi"),
        study=questionnaire.study,
        period="",
        source=Path(given.file).name,
        contact="",
        created=created.replace(tzinfo=None),
        code_version=version("hailong"),
        feeds="weighted" if plan.weighted() else "unweighted",
    )
    results = {given.out: write(build(evaluation, about))}
    if given.json:
        made = {"code_version": version("hailong"), "created": created.isoformat()}
        results[given.json] = estimates_json(evaluation, made).encode()
    _write(results)


def _export_design(given: argparse.Namespace) -> None:
    folder = Path(given.out)
    evaluation = _evaluated(given, [str(folder / name) for name in FILES])
    results = rerun_folder(evaluation, version("hailong"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused([Problem(code="CLI_WRITE", values={"got": folder, "reason": error.strerror})]) from error
    _write({str(folder / name): content for name, content in results.items()})
    _tell(f"Bắt đầu từ {folder / GUIDE}. Thư mục có câu trả lời của từng người: đừng công bố.")


def _evaluated(given: argparse.Namespace, results: Sequence[str]) -> Evaluation:
    """The evaluation of the file that was given, its warnings told. `results`: the files that will be written."""
    questionnaire = load(given.instrument)
    path = Path(given.file)
    problems = _same_files(given, results)
    if not 0 < given.level < 1:
        problems.append(Problem(code="EST_BAD_LEVEL", values={"got": given.level}))
    if (given.adjust == "none") != (given.margins is None):
        problems.append(Problem(code="CLI_MARGINS"))
    _tell(f"Đọc {path.name} …")
    margins = _collected(problems, lambda: _margins(given, questionnaire)) or ()
    plan = Plan(
        strata=given.strata,
        psu=given.psu,
        fpc=given.fpc,
        weight=given.weight,
        adjust=given.adjust,
        margins=margins,
        rake_variance=given.rake_variance,
        mode=given.mode,
        interval=given.interval,
        level=given.level,
        df=given.df,
        by=tuple(dict.fromkeys(_names(given.by))),
        study=given.study,
    )
    rules = _collected(problems, lambda: _rules(given))
    data = _collected(problems, lambda: _read(path)) or b""
    slips = _collected(problems, lambda: _slips(given, data, questionnaire, plan)) if data else None
    if problems or slips is None:
        raise Refused(problems)
    _tell(f"{len(slips.answers)} phiếu. Đang tính …")
    frame = answers_frame(questionnaire, slips.answers, slips.extra)
    proof = {"file": path.name, "data_sha256": hashlib.sha256(data).hexdigest()}
    evaluation = evaluate(make_sample(frame, plan, proof), questionnaire, plan, rules)
    for warning in evaluation.warnings:
        _tell(f"Lưu ý: {warning.say()}")
    return evaluation


def _rules(given: argparse.Namespace) -> Rules:
    """The reliability rules in the file that was given, or the shipped ones."""
    if given.rules is not None:
        _read(Path(given.rules))  # a file that is not there is told as every other
    try:
        return load_rules(given.rules)
    except EstimationError as error:
        raise refusal(error) from error


def _slips(given: argparse.Namespace, data: bytes, questionnaire: Questionnaire, plan: Plan) -> Slips:
    return read_slips(
        read_table(data, name=given.file, sheets=("Phiếu",)),
        questionnaire,
        numbers=[name for name in (plan.weight, plan.fpc) if name],
        full=[name for name in (plan.strata, plan.psu) if name],
        present=plan.by,
        count=given.count,
    )


def _collected(problems: list[Problem], step: Callable[[], T]) -> T | None:
    """What a step gives; where it is refused, its problems join the others."""
    try:
        return step()
    except Refused as refused:
        problems += refused.problems
        return None


def _same_files(given: argparse.Namespace, results: Sequence[str]) -> list[Problem]:
    """A result must not overwrite what is read, nor another result."""
    taken = {Path(name).resolve() for name in (given.file, given.instrument, given.margins) if name}
    clash = []
    for name in results:
        if Path(name).resolve() in taken:
            clash.append(name)
        taken.add(Path(name).resolve())
    return [Problem(code="CLI_SAME_FILE", values={"got": name}) for name in clash]


def _margins_template(given: argparse.Namespace) -> None:
    _write({given.out: margins_template(load(given.instrument), _names(given.variables))})
    _tell(f"Điền cột «total» rồi dùng với --margins {given.out}")


def _margins(given: argparse.Namespace, questionnaire: Questionnaire) -> tuple[Margin, ...]:
    if given.margins is None:
        return ()
    path = Path(given.margins)
    return read_margins(read_table(_read(path), name=path.name), questionnaire)


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def _write(results: Mapping[str, bytes]) -> None:
    for name, content in results.items():
        try:
            Path(name).write_bytes(content)
        except OSError as error:
            raise Refused([Problem(code="CLI_WRITE", values={"got": name, "reason": error.strerror})]) from error
        _tell(f"Đã ghi {name}")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused([Problem(code="CLI_FILE", values={"got": path, "reason": error.strerror})]) from error


def _folder(given: argparse.Namespace) -> Path:
    folder = Path(given.data or os.environ.get("HAILONG_DATA") or given.folder).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# What argparse says of a wrong command line, which it words in English only.
_ARGPARSE = (
    (r"the following arguments are required: (.*)", r"thiếu tham số bắt buộc: \1"),
    (r"unrecognized arguments: (.*)", r"không có tham số nào tên là: \1"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"tham số \1: \2 không dùng được, hãy chọn: \3"),
    (r"argument (\S+): invalid (?:float|int) value: (.*)", r"tham số \1: \2 không phải là số"),
    (r"argument (\S+): expected one argument", r"tham số \1: cần một giá trị theo sau"),
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        said = next((re.sub(p, words, message) for p, words in _ARGPARSE if re.fullmatch(p, message)), message)
        self.exit(2, f"{self.format_usage()}{self.prog}: {said}\nXem hướng dẫn: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hailong", description="Hài Lòng: khảo sát, tính điểm và lập báo cáo hài lòng.")
    commands = parser.add_subparsers(required=True, metavar="LỆNH")
    for name, run, folder, words in (
        ("serve", _serve, "hailong-data", "chạy phiếu khảo sát và bàn làm việc"),
        ("demo", _demo, "hailong-demo", "như serve, với đợt minh họa đã nạp sẵn"),
        ("passcode", _passcode, "hailong-data", "cấp mật mã mới cho bàn làm việc"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run, folder=folder)
        command.add_argument("--data", metavar="THƯ_MỤC", help=f"nơi lưu dữ liệu (mặc định: {folder})")
        if name == "passcode":
            command.add_argument("--new", action="store_true", required=True, help="xác nhận thay mật mã cũ")
        else:
            command.add_argument("--host", default="127.0.0.1", help="địa chỉ lắng nghe (mặc định: chỉ máy này)")
            command.add_argument("--port", type=int, default=8501)

    report = commands.add_parser("report", help="từ tệp phiếu (xlsx, csv) đến báo cáo Excel, không cần máy chủ")
    report.set_defaults(run=_report)
    _add_analysis(report)
    report.add_argument("--out", required=True, metavar="X.xlsx")
    report.add_argument("--json", metavar="OUT", help="ghi thêm mọi ước lượng dạng hailong.estimates/1")
    report.add_argument("--name", help="tên đợt khảo sát ghi trên bìa")

    words = "ghi thư mục để tính lại mọi con số của report bằng R (survey) và Python (svy)"
    export = commands.add_parser("export-design", help=words, description=words)
    export.set_defaults(run=_export_design)
    _add_analysis(export)
    export.add_argument("--out", required=True, metavar="THƯ_MỤC", help="nơi ghi; tệp cũ cùng tên bị thay")

    template = commands.add_parser("margins-template", help="tạo tệp Excel biên tổng thể để điền")
    template.set_defaults(run=_margins_template)
    template.add_argument("--instrument", required=True, metavar="ID")
    template.add_argument("--out", required=True, metavar="X.xlsx")
    template.add_argument(
        "--variables", default="", metavar="C[,C]", help="các biến, mặc định mọi câu về người trả lời"
    )
    return parser


def _add_analysis(command: argparse.ArgumentParser) -> None:
    """The file of answers, and how it is to be analysed."""
    command.add_argument("file", metavar="FILE", help="tệp phiếu: mỗi dòng một phiếu, tên cột là mã câu hỏi")
    command.add_argument(
        "--instrument", required=True, metavar="ID", help=f"mã phiếu có sẵn ({', '.join(shipped())}) hoặc đường dẫn"
    )
    command.add_argument("--by", metavar="C[,C]", help="tính riêng theo từng cột, và theo tổ hợp các cột")
    command.add_argument("--strata", metavar="C", help="cột tầng")
    command.add_argument("--psu", metavar="C", help="cột đơn vị mẫu cấp một")
    command.add_argument("--fpc", metavar="C", help="cột số đơn vị mẫu trong tổng thể của tầng")
    command.add_argument("--weight", metavar="C", help="cột quyền số gốc")
    command.add_argument("--count", metavar="C", help="cột tần số: một dòng thay cho ngần ấy người")
    command.add_argument("--adjust", choices=get_args(Adjust), default="none", help="cách cân chỉnh quyền số")
    command.add_argument("--margins", metavar="FILE", help="biên tổng thể: variable,level,total")
    command.add_argument("--rake-variance", choices=get_args(RakeVariance), default="base")
    command.add_argument("--mode", choices=get_args(Mode), default="pooled", help="cách gộp các nội dung thành chỉ số")
    command.add_argument("--interval", choices=get_args(Interval), default="logit", metavar="M")
    command.add_argument("--level", type=float, default=0.95, help="mức tin cậy")
    command.add_argument(
        "--study",
        choices=get_args(Study),
        help="người trả lời được chọn (probability) hay tự nguyện (volunteer); mặc định suy từ thiết kế mẫu",
    )
    command.add_argument("--rules", metavar="X.toml", help="bộ quy tắc xếp độ vững của con số, thay cho bộ có sẵn")
    command.add_argument("--df", choices=get_args(Df), default="design", help="bậc tự do của khoảng tin cậy")


if __name__ == "__main__":
    sys.exit(main())
