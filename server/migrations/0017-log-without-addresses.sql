-- The log of operators outlives accounts of which nothing but the books is left. So it names an account by its id alone,
-- in account_id, and says in about only which job or which model something is about.
alter table operator_actions
  alter column about drop not null,
  add constraint operator_actions_about_something check (about is not null or account_id is not null);
