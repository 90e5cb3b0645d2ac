"""The platform's Django side: registry, rota, planning, bookings, live pages."""
