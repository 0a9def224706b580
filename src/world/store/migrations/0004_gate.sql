-- What people said of deployments is rare among steps, and is looked for by what it is.

CREATE INDEX IF NOT EXISTS journal_people ON journal (action, seq)
WHERE action IN (
  'approval-requested', 'approval-given', 'gate-decided', 'emergency-reviewed',
  'freeze-set', 'freeze-ended'
);
