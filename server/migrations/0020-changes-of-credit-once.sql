-- What an operator's page sends again because no answer came is done once. Actions of the command line, and those that
-- come to the same when they are done twice, have no such id.
alter table operator_actions
  -- Drawn by the page when the form opened.
  add column change_id uuid,
  add constraint operator_actions_change_once unique (change_id);
