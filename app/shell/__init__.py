"""What is around the panels: workspaces, menus, start page, dialogs, languages, pictures."""
