"""The pulse: the monthly survey, from invitation to released figures."""
