"""The embedded training gateway and its invented patients: a real server for staff to practise on and tests to ask."""
