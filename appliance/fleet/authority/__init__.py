"""Who belongs to the fleet: certificates, enrolment, the keys that sign what tills obey."""
