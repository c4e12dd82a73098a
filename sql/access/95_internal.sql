-- Internal functions that neither a policy nor a function in the caller's own right calls: nobody executes them by name. They were granted
-- for callers that have since become definer functions. tests/access/expected.yaml lists those that stay granted, and a test their use.
--
--               anonymous  signed in
--   app.*           -          -       except where a rules file grants it and something needs it
revoke execute on function app.amount_text, app.appeal_window, app.date_text, app.definition_of, app.dossier_title, app.fee_estimate, app.has_task,
  app.holds_nationally, app.my_role_on, app.require_role, app.target_label, app.typed_value_fault, app.value_or_setting,
  app.visible_fields from authenticated;
