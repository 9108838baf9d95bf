"""The embedded training gateway and its invented patients, for staff to practise on and for tests to ask."""
