"""From invitation to released figures: rounds, invitations, ballot box, sealing, release."""
