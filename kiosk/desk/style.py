"""The look of the window: one style sheet, scaled to the size of the window."""

from __future__ import annotations

from kiosk.desk import palette as p

SMALLEST, LARGEST = 0.65, 2.2


def factor_for(width: int, height: int) -> float:
    """How large everything is drawn, against a window of 1366 × 768; in steps: resizing is cheap."""
    raw = min(width / 1366, height / 740)
    return max(SMALLEST, min(LARGEST, round(raw * 20) / 20))


def style_sheet(factor: float) -> str:
    def px(size: float) -> str:
        return f"{max(round(size * factor), 1)}px"

    def pair(colours: p.Pair) -> str:
        return f"color: {colours.text}; background-color: {colours.ground};"

    return f"""
* {{ font-family: "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; font-size: {px(18)}; }}
QMainWindow, #centre, #sink, QScrollArea, #page {{ {pair(p.PAGE)} border: 0; }}
QLabel {{ background: transparent; color: {p.PAGE.text}; }}
#trainingBanner {{ {pair(p.TRAINING)} font-weight: bold; font-size: {px(17)}; padding: {px(7)} {px(28)}; }}
#header {{ background: {p.PANEL.ground}; border-bottom: 1px solid {p.HAIRLINE}; }}
#facility {{ font-weight: bold; font-size: {px(18)}; }}
#lastVisit {{ font-weight: bold; font-size: {px(18)}; }}
#lineBar {{ background: {p.LINE.ground}; }}
#lineBar QLabel {{ color: {p.LINE.text}; font-size: {px(18)}; }}
#lineBar #lineCount {{ font-weight: bold; font-size: {px(20)}; }}
#keysBar {{ background: {p.PANEL.ground}; border-top: 1px solid {p.HAIRLINE}; }}
#keysBar QLabel {{ font-size: {px(16)}; }}
#strip {{ {pair(p.STRIP)} }}
#strip QWidget {{ background: transparent; }}
#segment {{ border-radius: {px(5)}; }}
#segment:hover {{ background: {p.POINTED_AT.ground}; }}
#segment[trouble="true"] {{ background: {p.PROBLEM.ground}; }}
#segmentText {{ color: {p.STRIP.text}; font-size: {px(15)}; }}
#segmentText[trouble="true"] {{ color: {p.PROBLEM.text}; font-weight: bold; }}
#panel {{ background: {p.PANEL.ground}; border: 1px solid {p.HAIRLINE}; border-radius: {px(10)}; }}
#title {{ font-size: {px(44)}; font-weight: bold; padding-top: {px(10)}; }}
#subtitle {{ font-size: {px(30)}; font-weight: bold; }}
#lead {{ font-size: {px(25)}; }}
#muted {{ color: {p.MUTED.text}; }}
#personTitle {{ color: {p.MUTED.text}; font-size: {px(16)}; }}
#personName {{ font-size: {px(31)}; font-weight: bold; }}
#priority {{ font-size: {px(26)}; font-weight: bold; }}
#rule {{ background: {p.HAIRLINE}; border: 0; }}
#rowLabel {{ color: {p.MUTED.text}; font-size: {px(17)}; padding-top: {px(3)}; }}
#rowValue {{ font-size: {px(20)}; }}
#moreBelow {{ {pair(p.LINE)} border-radius: {px(6)}; padding: {px(3)} {px(14)}; font-size: {px(16)}; }}
#rowTrouble {{ {pair(p.PROBLEM)} border-radius: {px(6)}; padding: {px(4)} {px(10)}; font-size: {px(19)}; }}
#rowAsked {{ {pair(p.NOTICE)} border-radius: {px(6)}; padding: {px(4)} {px(10)}; font-size: {px(20)}; }}
#sectionTitle {{ font-size: {px(19)}; font-weight: bold; }}
#differenceValue {{ font-size: {px(19)}; font-weight: bold; }}
#differenceValue[given_up="true"] {{ color: {p.MUTED.text}; font-weight: normal;
  text-decoration: line-through; }}
#sourceTitle {{ color: {p.MUTED.text}; font-size: {px(17)}; }}
#sourceTitle[taken="true"] {{ color: {p.READY.text}; font-weight: bold; }}
#notice {{ {pair(p.NOTICE)} border-radius: {px(6)}; padding: {px(8)} {px(12)}; font-size: {px(18)}; }}
#question {{ {pair(p.NOTICE)} border-radius: {px(6)}; padding: {px(8)} {px(14)};
  font-size: {px(21)}; font-weight: bold; }}
#problem {{ {pair(p.PROBLEM)} border-radius: {px(6)}; padding: {px(8)} {px(14)};
  font-size: {px(20)}; font-weight: bold; }}
#band {{ border-radius: {px(10)}; }}
#bandTitle {{ font-size: {px(40)}; font-weight: bold; padding-top: {px(8)}; }}
#bandText {{ font-size: {px(22)}; }}
#bandReason {{ font-size: {px(24)}; font-weight: bold; }}
#bandCode {{ font-size: {px(16)}; }}
#queueNumber {{ font-size: {px(112)}; font-weight: bold; }}
#queueNumber[gone="true"] {{ color: {p.MUTED.text}; text-decoration: line-through; }}
#keycap {{ {pair(p.KEYCAP)} border: {px(2)} solid {p.BORDER}; border-radius: {px(6)};
  padding: {px(2)} {px(12)}; font-weight: bold; font-size: {px(20)}; }}
#action {{ font-size: {px(20)}; }}
#mainAction {{ font-size: {px(23)}; font-weight: bold; }}
QLineEdit {{ {pair(p.PANEL)} border: {px(2)} solid {p.BORDER}; border-radius: {px(6)};
  padding: {px(8)} {px(12)}; font-size: {px(25)};
  placeholder-text-color: {p.HINT.text};
  selection-color: {p.SELECTED.text}; selection-background-color: {p.SELECTED.ground}; }}
QLineEdit:focus {{ border: {px(3)} solid {p.PAGE.text}; {pair(p.TYPED)} }}
#cameraHint {{ {pair(p.CAMERA_HINT)} border-radius: {px(8)}; padding: {px(8)} {px(12)};
  font-size: {px(24)}; font-weight: bold; }}
#fieldLabel {{ font-size: {px(19)}; font-weight: bold; }}
#fieldHint {{ color: {p.MUTED.text}; font-size: {px(17)}; }}
#fieldError {{ color: {p.FIELD_ERROR.text}; font-size: {px(18)}; font-weight: bold; }}
#scannerReady {{ color: {p.READY.text}; font-size: {px(17)}; font-weight: bold; }}
#clickToScan {{ {pair(p.CLICK)} font-size: {px(22)}; font-weight: bold; padding: {px(9)} {px(28)}; }}
#offer {{ {pair(p.NOTICE)} border-radius: {px(6)}; padding: {px(8)} {px(12)}; font-size: {px(19)}; }}
#numberMeaning {{ font-size: {px(20)}; font-weight: bold; }}
#groupSign, #groupText, #groupWords {{ font-size: {px(18)}; }}
#groupSign, #groupText {{ font-weight: bold; }}
#groupWords[state="pending"], #groupSign[state="pending"] {{ color: {p.MUTED.text}; }}
#groupSign[state="good"] {{ color: {p.READY.text}; }}
#groupWords[state="odd"], #groupSign[state="odd"] {{ color: {p.ODD.text}; font-weight: bold; }}
#groupWords[state="wrong"], #groupSign[state="wrong"] {{ color: {p.FIELD_ERROR.text}; font-weight: bold; }}
#offerRow {{ font-size: {px(18)}; padding: {px(2)} {px(12)}; border-radius: {px(6)}; }}
#offerRow[chosen="true"] {{ {pair(p.CHOSEN)} font-weight: bold; }}
#option {{ font-size: {px(21)}; padding: {px(4)} {px(8)}; border-radius: {px(6)}; }}
#option[chosen="true"] {{ {pair(p.CHOSEN)} font-weight: bold; }}
#stepTitle {{ font-size: {px(26)}; font-weight: bold; }}
#stepLead {{ font-size: {px(19)}; }}
#stepLine {{ font-size: {px(20)}; }}
#entries QLineEdit {{ font-size: {px(20)}; padding: {px(5)} {px(10)}; }}
#entries #fieldLabel, #entries #fieldError {{ font-size: {px(16)}; }}
#entries #fieldHint {{ font-size: {px(15)}; }}
#sheetPicture {{ background: {p.PANEL.ground}; border: 1px solid {p.BORDER}; }}
QTableView {{ {pair(p.PANEL)} border: 1px solid {p.HAIRLINE}; font-size: {px(18)};
  gridline-color: {p.HAIRLINE}; alternate-background-color: {p.STRIPE.ground}; }}
QTableView::item {{ padding: {px(2)} {px(10)}; }}
QTableView::item:selected {{ {pair(p.CHOSEN)} }}
#filter {{ font-size: {px(18)}; padding: {px(6)} {px(12)}; border-radius: {px(6)};
  border: {px(2)} solid {p.BORDER}; }}
#filter[on="true"] {{ {pair(p.CHOSEN)} font-weight: bold; }}
#owed {{ {pair(p.HINT)} font-size: {px(17)}; border-radius: {px(6)}; padding: {px(5)} {px(12)}; }}
#search {{ font-size: {px(22)}; padding: {px(5)} {px(12)}; }}
QHeaderView::section {{ {pair(p.TABLE_HEAD)} border: 0; padding: {px(8)} {px(10)};
  font-weight: bold; font-size: {px(17)}; }}
QScrollBar:vertical {{ background: {p.PAGE.ground}; width: {px(14)}; }}
QScrollBar::handle:vertical {{ background: {p.BORDER}; border-radius: {px(6)}; min-height: {px(40)}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
"""
