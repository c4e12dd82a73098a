"""The embedded default: PostgreSQL from a wheel and a local service that speaks the part of the Supabase API which the site uses."""
