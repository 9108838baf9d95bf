"""What supervisors do at the desk (F6): each section a presenter without Qt, one page that draws them all.

Loaded when somebody opens it, but for `manage_desk`, which joins it to the desk.
"""
