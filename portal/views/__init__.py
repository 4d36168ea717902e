"""What the pages show, as frozen values made from the services' answers: pure, without a request."""
