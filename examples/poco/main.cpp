// SPDX-License-Identifier: MIT
// The application served by POCO Net: example_poco [PORT]
#include "web_application.hpp"

#include <drf_messages/adapters/poco.hpp>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <cstdint>
#include <cstdlib>

namespace {

class Handler : public Poco::Net::HTTPRequestHandler {
public:
    explicit Handler(WebApplication& application) : application_(application) {}

    void handleRequest(
        Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response
    ) override {
        const auto read = drf_messages::adapters::from_poco(request, 8 * 1024 * 1024);
        drf_messages::http::Response answer;
        if (read) {
            answer = application_(*read);
        } else {
            answer.status = 413;
            response.setKeepAlive(false);
        }
        drf_messages::adapters::to_poco(answer, request, response);
    }

private:
    WebApplication& application_;
};

class HandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
public:
    explicit HandlerFactory(WebApplication& application) : application_(application) {}

    Poco::Net::HTTPRequestHandler*
    createRequestHandler(const Poco::Net::HTTPServerRequest& /*request*/) override {
        return new Handler(application_); // POCO deletes it
    }

private:
    WebApplication& application_;
};

} // namespace

int main(int count, char** words) {
    const auto port = static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0);
    const TerminationSignals signals;
    WebApplication application;
    const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", port));
    Poco::Net::HTTPServer server(
        new HandlerFactory(application), socket, new Poco::Net::HTTPServerParams
    );
    server.start();
    application.announce(socket.address().port());
    signals.wait();
    server.stopAll(true);
}
